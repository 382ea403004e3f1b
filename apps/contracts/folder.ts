/** Where the contracts are kept, relative to the root of the repository. */
export const contractsFolder = 'docs/contracts';
