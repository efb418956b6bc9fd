import fc from 'fast-check';

/**
 * fast-check with the same random inputs in every run: what fails once fails everywhere. The soak
 * gives the properties other seeds.
 */
fc.configureGlobal({ seed: Number(process.env['KONGCRATE_SEED'] ?? 20_240_229) });

export { fc };
