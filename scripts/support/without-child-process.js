/**
 * Commander asks for child_process to start subcommands that are programs of their own. There are
 * none here, and every command would load the module first.
 */
export const withoutChildProcess = {
  name: 'commander-without-child-process',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules\/commander\//.test(importer)
        ? { path: 'child_process', namespace: 'empty' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
  },
};
