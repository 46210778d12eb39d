/** What a client asked for, was told, or has found, in the order in which it was noted. */
export type Note =
  | { readonly what: 'tried'; readonly owner: string; readonly name: string; readonly text: string }
  | ({ readonly what: 'acknowledged'; readonly holders: readonly string[] } & Version)
  | ({ readonly what: Sighting; readonly by: string } & Version)
  | { readonly what: 'refused'; readonly code: string }
  | { readonly what: 'crashed'; readonly nodes: readonly string[] }

/**
 * `read`: a node showed it while others crashed. `found`: it did when all were back. `on disk`: it
 * lies in the database of the node, which was opened after everything. Version 0: there is none.
 */
type Sighting = 'read' | 'found' | 'on disk'

/** A version of a record, wherever it was met. */
export interface Version {
  readonly owner: string
  readonly name: string
  readonly version: number
  readonly digest: string
  readonly text: string
}

export interface Verdict {
  readonly acknowledged: number
  readonly crashes: number
  /** One sentence for each broken promise. */
  readonly broken: readonly string[]
}

/** What may be answered while nodes crash; anything else is a failure of its own. */
const ALLOWED: readonly string[] = [
  'CONNECTION_CLOSED',
  'CANCELED',
  'NOT_READY',
  'RECORD_UNDER_REPLICATED',
  'RECORD_HOLDERS_UNREACHABLE',
  'RECORD_NOT_FOUND',
  'RECORD_STALE'
]

/**
 * Nothing that was acknowledged may be lost, no old version may come back, and nothing may be there
 * that nobody has written:
 * - what every node shows after all crashes, and what is on the disk of whoever has signed for it,
 *   is the last acknowledged version or a later one;
 * - what a node has shown once it never goes back behind, through all of its crashes;
 * - one version has one content, which is one that somebody tried to write.
 */
export function judge(notes: readonly Note[], nodes: readonly string[]): Verdict {
  const tried = new Set<string>()
  const contents = new Map<string, string>()
  /** By name; by node and name. */
  const acknowledged = new Map<string, number>()
  const promised = new Map<string, number>()
  const shown = new Map<string, number>()
  const last = new Map<string, number>()
  const broken: string[] = []
  const counts = { acknowledged: 0, crashes: 0 }

  function requireOneContent(at: Version): void {
    const place = `${nameOf(at)} ${at.version}`
    const known = contents.get(place) ?? at.digest
    contents.set(place, known)
    if (known !== at.digest) broken.push(`${place} has two contents`)
    if (!tried.has(`${nameOf(at)} ${at.text}`)) broken.push(`${place} was never written`)
  }

  function look(note: Note): void {
    if (note.what === 'crashed') {
      counts.crashes += note.nodes.length
      return
    }
    if (note.what === 'refused') {
      if (!ALLOWED.includes(note.code)) broken.push(`somebody was answered ${note.code}`)
      return
    }
    const name = nameOf(note)
    if (note.what === 'tried') {
      tried.add(`${name} ${note.text}`)
      return
    }
    if (note.version > 0) requireOneContent(note)
    if (note.what === 'acknowledged') {
      counts.acknowledged++
      const before = acknowledged.get(name) ?? 0
      if (note.version <= before) broken.push(`${name} ${note.version} came after ${before}`)
      raise(acknowledged, name, note.version)
      for (const holder of note.holders) raise(promised, `${holder} ${name}`, note.version)
      return
    }
    const place = `${note.by} ${name}`
    last.set(`${note.what} ${place}`, note.version)
    if (note.what === 'on disk') return
    const before = shown.get(place) ?? 0
    if (note.version < before) broken.push(`${place} went from ${before} back to ${note.version}`)
    raise(shown, place, note.version)
  }

  for (const note of notes) look(note)
  for (const [name, version] of acknowledged) {
    for (const node of nodes) {
      const found = last.get(`found ${node} ${name}`) ?? 0
      if (found < version) broken.push(`${name} ${version} is lost: ${node} shows ${found}`)
    }
  }
  for (const [place, version] of promised) {
    const kept = last.get(`on disk ${place}`) ?? 0
    if (kept < version) broken.push(`${place} ${version} is lost: its disk has ${kept}`)
  }
  return { ...counts, broken }
}

function nameOf({ owner, name }: { readonly owner: string; readonly name: string }): string {
  return `${owner}/${name}`
}

function raise(versions: Map<string, number>, key: string, version: number): void {
  versions.set(key, Math.max(version, versions.get(key) ?? 0))
}
