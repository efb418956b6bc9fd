/**
 * Runs the files of dist/cli, each once when it is first required, as Node.js would from a disk.
 * @param compile gives the vm.Script of a file by its name: a function, as `wrap` makes it
 * @returns require: for these files (`./NAME`) and for Node's own modules
 */
export function createRequire(compile) {
  const modules = new Map();
  const load = (name) => {
    if (!name.startsWith('./')) return process.getBuiltinModule(name);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    compile(name).runInThisContext()(module.exports, load, module);
    return module.exports;
  };
  return load;
}

export const wrap = (text) => `(function(exports,require,module){${text}\n})`;
