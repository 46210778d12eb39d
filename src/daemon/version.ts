import manifest from '../../package.json' with { type: 'json' }

/** The version of this software, as `major.minor.patch`. */
export function softwareVersion(): string {
  return manifest.version
}
