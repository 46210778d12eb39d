import type { ApprovedRequest, ApproveRequestInit } from '../daemon/approve-request.ts'
import type { BackupHomeInit } from '../daemon/backup-home.ts'
import type { ImportedLog } from '../daemon/carry-log.ts'
import type {
  ImportCertificateInit,
  RequestCertificateInit,
  SignCertificateInit,
  SignedCertificate
} from '../daemon/certificate-files.ts'
import type { CreatedNetwork, CreateNetworkInit } from '../daemon/create-network.ts'
import type { RunDaemonInit } from '../daemon/daemon.ts'
import type { JoinedNetwork, JoinNetworkInit } from '../daemon/join-network.ts'
import type { PreparedKey } from '../daemon/prepare-key.ts'
import type { RecoveredNetwork, RecoverNetworkInit } from '../daemon/recover-network.ts'
import type { RestoreHomeInit } from '../daemon/restore-home.ts'
import type { SignedRequest, SignRequestInit } from '../daemon/sign-request.ts'
import type { LogLevel } from '../log.ts'
import type { BackupManifest } from '../storage/backup-file.ts'
import type { LogFile } from '../trust/log-file.ts'

/** What works on a home without a running daemon. */
export interface DaemonSide {
  createLogger(level: LogLevel): Promise<RunDaemonInit['log']>
  createNetwork(init: CreateNetworkInit): Promise<CreatedNetwork>
  joinNetwork(init: JoinNetworkInit): Promise<JoinedNetwork>
  recoverNetwork(init: RecoverNetworkInit): Promise<RecoveredNetwork>
  signRequest(init: SignRequestInit): Promise<SignedRequest>
  approveRequest(init: ApproveRequestInit): Promise<ApprovedRequest>
  /** The next authority key, and the request that announces it. */
  prepareKey(init: {
    readonly home: string
    readonly passphrase?: Uint8Array
  }): Promise<PreparedKey>
  importLogFile(init: { readonly home: string; readonly file: LogFile }): Promise<ImportedLog>
  exportLogFile(init: { readonly home: string; readonly from: number }): Promise<LogFile>
  /** A certificate request in DER, of the key of the home. */
  requestCertificate(
    init: RequestCertificateInit
  ): Promise<{ readonly request: Uint8Array; readonly nodeId: string }>
  signCertificate(init: SignCertificateInit): Promise<SignedCertificate>
  importCertificate(init: ImportCertificateInit): Promise<JoinedNetwork>
  backupHome(init: BackupHomeInit): Promise<BackupManifest>
  restoreHome(init: RestoreHomeInit): Promise<BackupManifest>
  /** Resolves after a clean stop. */
  runDaemon(init: RunDaemonInit): Promise<void>
  /** Whether a daemon holds the home, up to the very end of its stop. */
  isHomeInUse(directory: string): Promise<boolean>
}

/** Each loads its code when it is called: libp2p alone takes hundreds of milliseconds. */
export const daemonSide: DaemonSide = {
  async createLogger(level) {
    const { createLogger } = await import('../daemon/logger.ts')
    return createLogger(level)
  },
  async createNetwork(init) {
    const { createNetwork } = await import('../daemon/create-network.ts')
    return await createNetwork(init)
  },
  async joinNetwork(init) {
    const { joinNetwork } = await import('../daemon/join-network.ts')
    return await joinNetwork(init)
  },
  async recoverNetwork(init) {
    const { recoverNetwork } = await import('../daemon/recover-network.ts')
    return await recoverNetwork(init)
  },
  async signRequest(init) {
    const { signRequest } = await import('../daemon/sign-request.ts')
    return await signRequest(init)
  },
  async approveRequest(init) {
    const { approveClosed } = await import('../daemon/approve-request.ts')
    return await approveClosed(init)
  },
  async prepareKey(init) {
    const { prepareKeyRequest } = await import('../daemon/prepare-key.ts')
    return await prepareKeyRequest(init)
  },
  async importLogFile(init) {
    const { importLogFile } = await import('../daemon/carry-log.ts')
    return await importLogFile(init)
  },
  async exportLogFile(init) {
    const { exportLogFile } = await import('../daemon/carry-log.ts')
    return await exportLogFile(init)
  },
  async requestCertificate(init) {
    const { requestCertificate } = await import('../daemon/certificate-files.ts')
    return await requestCertificate(init)
  },
  async signCertificate(init) {
    const { signCertificate } = await import('../daemon/certificate-files.ts')
    return await signCertificate(init)
  },
  async importCertificate(init) {
    const { importCertificate } = await import('../daemon/certificate-files.ts')
    return await importCertificate(init)
  },
  async backupHome(init) {
    const { backupHome } = await import('../daemon/backup-home.ts')
    return await backupHome(init)
  },
  async restoreHome(init) {
    const { restoreHome } = await import('../daemon/restore-home.ts')
    return await restoreHome(init)
  },
  async runDaemon(init) {
    const { runDaemon } = await import('../daemon/daemon.ts')
    await runDaemon(init)
  },
  async isHomeInUse(directory) {
    const { isHomeInUse } = await import('../daemon/home-in-use.ts')
    return isHomeInUse(directory)
  }
}
