import { existsSync } from 'node:fs'
import { configPath } from '../config-view.ts'
import type { Context } from '../context.ts'
import type { Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const file = configPath(context)
  return { json: { file, exists: existsSync(file) }, text: () => [file], quiet: [file] }
}
