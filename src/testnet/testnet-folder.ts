import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { PeerageError } from '../errors.ts'
import { parseName } from '../identity/name.ts'
import { LIMITS } from '../limits.ts'

const PRIVATE_MODE = 0o700
const SOCKET_BYTES = '/control.sock'.length

/** The folder of one testnet: a home for each node, and beside it its process id and its log. */
export class TestnetFolder {
  readonly name: string
  readonly directory: string

  /** Throws `INVALID_ARGUMENT` for a name that could lead elsewhere. */
  constructor(name: string) {
    if (!parseName(name).ok) {
      throw new PeerageError('INVALID_ARGUMENT', { argument: 'name', value: name })
    }
    this.name = name
    this.directory = join(root(), name)
  }

  /** Every testnet of this user. */
  static all(): readonly TestnetFolder[] {
    if (!existsSync(root())) return []
    requireOwn(root())
    return foldersIn(root()).map((name) => new TestnetFolder(name))
  }

  /** Throws `TESTNET_EXISTS`, and when the temporary folder cannot hold it. */
  create(): void {
    const bytes = Buffer.byteLength(this.home(nodeName(LIMITS.testnetNodesMax))) + SOCKET_BYTES
    if (bytes > LIMITS.socketPathBytesMax) {
      const suggestion = 'Set TMPDIR to a directory with a shorter path'
      throw new PeerageError('SOCKET_PATH_TOO_LONG', { bytes, suggestion })
    }
    makeRoot()
    requireOwn(root())
    try {
      mkdirSync(this.directory, { mode: PRIVATE_MODE })
    } catch (error) {
      throw new PeerageError('TESTNET_EXISTS', { name: this.name }, error)
    }
  }

  /** Throws `NOT_FOUND`. */
  requireExisting(): void {
    if (!existsSync(this.directory)) {
      const suggestion = 'See: peerage testnet ls'
      throw new PeerageError('NOT_FOUND', { testnet: this.name, suggestion })
    }
    requireOwn(root())
  }

  /** In the order in which they joined. */
  nodes(): readonly string[] {
    return foldersIn(this.directory).toSorted((a, b) => placeOf(a) - placeOf(b))
  }

  home(node: string): string {
    return join(this.directory, node)
  }

  /** A home that exists. Throws `NOT_FOUND`. */
  requireHome(node: string): string {
    this.requireExisting()
    const nodes = this.nodes()
    if (nodes.includes(node)) return this.home(node)
    throw new PeerageError('NOT_FOUND', { node, suggestion: `One of: ${nodes.join(', ')}` })
  }

  pidFile(node: string): string {
    return join(this.directory, `${node}.pid`)
  }

  logFile(node: string): string {
    return join(this.directory, `${node}.log`)
  }

  /** Removes everything, and what held the testnets when this was the last. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
    if (readdirSync(root()).length === 0) rmdirSync(root())
  }
}

/** Names of nodes of a testnet: the first holds the authority. */
export function nodeName(place: number): string {
  return `node-${place}`
}

function placeOf(node: string): number {
  return Number(node.replace('node-', ''))
}

function root(): string {
  return join(tmpdir(), `peerage-testnets-${userInfo().uid}`)
}

/** Throws `HOME_UNWRITABLE`. */
function makeRoot(): void {
  try {
    mkdirSync(root(), { mode: PRIVATE_MODE })
  } catch (error) {
    if (existsSync(root())) return
    const suggestion = 'Set TMPDIR to a directory that can be written'
    throw new PeerageError('HOME_UNWRITABLE', { directory: tmpdir(), suggestion }, error)
  }
}

/** In a shared folder anybody could have made it first. Throws `HOME_PERMISSIONS`. */
function requireOwn(directory: string): void {
  const found = lstatSync(directory)
  const isOwn = found.uid === userInfo().uid && (found.mode & 0o077) === 0
  if (found.isDirectory() && isOwn) return
  throw new PeerageError('HOME_PERMISSIONS', { directory })
}

function foldersIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}
