/**
 * The schema of `state.db`, one element per version. The file carries the number of migrations it
 * has seen in `user_version`. A released element is never edited: a change is a new element.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- trust-store.ts: entries by position from 0, exactly as signed
  CREATE TABLE trust_entries (
    position INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT;
  -- trust-store.ts: the first checkpoint (size 1) and the newest one, exactly as signed
  CREATE TABLE trust_checkpoints (
    slot TEXT PRIMARY KEY CHECK (slot IN ('genesis', 'head')),
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- journal.ts: hash-chained audit
  CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    event TEXT NOT NULL,
    code TEXT,
    layer TEXT,
    node_id TEXT,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;

  -- record-store.ts: the newest record of each location, exactly as signed
  CREATE TABLE records (
    location BLOB PRIMARY KEY,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX records_by_key ON records (owner, kind, name);
  CREATE INDEX records_by_size ON records (owner, size);
  CREATE INDEX records_by_expiry ON records (expires_at);
  -- record-store.ts: the highest version seen, which outlives the record; is_stored = 0: only read
  CREATE TABLE record_versions (
    location BLOB PRIMARY KEY,
    owner TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    is_stored INTEGER NOT NULL,
    forget_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX record_versions_by_owner ON record_versions (owner, is_stored);
  -- record-store.ts: two contents under one version, both exactly as signed
  CREATE TABLE record_conflicts (
    location BLOB NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    owner TEXT NOT NULL,
    bytes BLOB NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (location, version, digest)
  ) STRICT;
  CREATE INDEX record_conflicts_by_owner ON record_conflicts (owner);

  -- invite-store.ts: what the authority wrote into an invite, but for its secret; whether it was
  -- used is in the trust log
  CREATE TABLE invites (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    member TEXT NOT NULL,
    node TEXT NOT NULL,
    groups BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;
  CREATE INDEX invites_by_end ON invites (expires_at) WHERE revoked_at IS NULL;
  -- certificate-store.ts: every certificate that this authority issued, exactly as signed
  CREATE TABLE certificates (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    serial TEXT NOT NULL UNIQUE,
    node_id TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX certificates_by_node ON certificates (node_id);

  -- address-store.ts: where members say they can be reached, exactly as signed
  CREATE TABLE addresses (
    node_id TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- settings-store.ts
  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- token-store.ts: tokens of the control socket that have neither ended nor been revoked
  CREATE TABLE tokens (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    root_key BLOB NOT NULL,
    methods BLOB NOT NULL,
    reads_only INTEGER NOT NULL CHECK (reads_only IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- ack-store.ts: what every node says it has applied, exactly as signed
  CREATE TABLE acks (
    node_id TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- alarm-store.ts: what an operator has to know of, one row from raised to cleared
  CREATE TABLE alarms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    acknowledged_at INTEGER,
    cleared_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX alarms_open ON alarms (code, subject) WHERE cleared_at IS NULL;
  `,
  `
  -- record-store.ts: how many records of a kind an owner has, and the entries of a dictionary
  ALTER TABLE record_versions ADD COLUMN kind TEXT NOT NULL DEFAULT 'note';
  DROP INDEX record_versions_by_owner;
  CREATE INDEX record_versions_by_owner ON record_versions (owner, is_stored, kind);
  CREATE INDEX records_by_name ON records (kind, name, owner);
  `,
  `
  -- reputation-store.ts: how members behaved toward this node; standing and end of a ban for reading
  CREATE TABLE reputations (
    member TEXT PRIMARY KEY,
    standing TEXT NOT NULL,
    banned_until INTEGER,
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- record-store.ts: versions that were replaced and are still served, exactly as signed
  CREATE TABLE record_history (
    location BLOB NOT NULL,
    version INTEGER NOT NULL,
    owner TEXT NOT NULL,
    size INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (location, version)
  ) STRICT;
  CREATE INDEX record_history_by_size ON record_history (owner, size);
  CREATE INDEX record_history_by_expiry ON record_history (expires_at);
  `,
  `
  -- doubt-store.ts: authority keys that have signed two histories, the evidence as it was signed,
  -- and what the operator decided
  CREATE TABLE doubts (
    key BLOB PRIMARY KEY,
    evidence BLOB NOT NULL,
    decision TEXT CHECK (decision IN ('keep', 'switch', 'switched')),
    given_up_size INTEGER,
    given_up_root BLOB
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- receipt-store.ts: what holders signed for the records that this node wrote
  CREATE TABLE record_receipts (
    location BLOB NOT NULL,
    holder TEXT NOT NULL,
    version INTEGER NOT NULL,
    until INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (location, holder)
  ) STRICT;
  CREATE INDEX record_receipts_by_end ON record_receipts (until);
  `,
  `
  -- proposal-store.ts: what waits for the consent of approvers, exactly as signed
  CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- evidence-store.ts: signed statements that contradict each other, exactly as signed
  CREATE TABLE record_evidence (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    node_id TEXT NOT NULL,
    code TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    found_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX record_evidence_by_node ON record_evidence (node_id, code);
  `,
  `
  -- evidence-store.ts: who brought it
  ALTER TABLE record_evidence ADD COLUMN heard_from TEXT;
  `,
  `
  -- break-glass-store.ts: nodes that have revoked themselves, exactly as signed
  CREATE TABLE break_glass (
    node_id TEXT PRIMARY KEY,
    taken_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- version-marks.ts: no signature covers them; mark_checksum is a function of this program
  ALTER TABLE record_versions ADD COLUMN checksum BLOB NOT NULL DEFAULT x'';
  UPDATE record_versions
    SET checksum = mark_checksum(location, owner, version, digest, is_stored, forget_at, kind);
  `
]
