/** Core requirements that do not hold as a whole yet, each with the work that completes it. */
export const DEFERRED: Readonly<Record<string, string>> = {
  'SR-AC-2': 'services between members by policy',
  'SR-AC-3': 'assertion tokens',
  'SR-NR-1': 'session receipts',
  'SR-NR-2': 'evidence bundles',
  'SR-TTP-1': 'the notary',
  'SR-TTP-2': 'the notary',
  'SR-TTP-4': 'the notary',
  'SR-SVC-1': 'services between members by policy',
  'SR-SVC-2': 'services between members by policy',
  'SR-AVL-1': 'operations at scale: the testnet'
}
