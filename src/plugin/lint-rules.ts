/** What each rule finds, in the words of docs/lint.md. Rules are stable; texts are not. */
export const LINT_RULES = {
  'bundled-name': 'the plugin has the name of one that Kong brings along',
  'byte-order-mark': 'a Lua file begins with a byte order mark, which LuaJIT alone skips',
  'daos-return': 'daos.lua returns no array',
  'file-name': 'a file has a name that some file system or archive cannot hold',
  'foreign-code': 'a file is bytecode or a native library',
  'handler-missing': 'there is no handler.lua',
  'handler-return': 'handler.lua returns no table',
  'init-module': 'handler or schema is an init.lua, which not every Lua path finds',
  'lua-syntax': 'LuaJIT cannot compile a file',
  'lua-too-large': 'a Lua file is too large to be checked',
  'missing-module':
    "what loads at start requires a module that neither the package nor Kong has; an error in the plugin's own name space",
  'other-plugin': "a file is another plugin's handler or schema",
  'own-output': 'an archive or OCI layout stands in the plugin directory and is left out',
  priority: 'PRIORITY is not an integer (Kong 3 and later)',
  'priority-unknown': 'PRIORITY is computed, so it was not checked',
  'private-key': 'a file is, or holds, a private key or passwords',
  'removed-field': 'schema.lua uses a typedef that Kong 3 no longer has',
  'removed-module': 'a module is required that Kong has removed; an error where it loads at start',
  'response-phase': 'the handler has response together with header_filter or body_filter',
  'rockspec-dependency-missing':
    'the rockspec depends on a rock that neither Kong nor the package brings',
  'rockspec-dependency-unknown': 'a dependency of the rockspec is computed, so it was not checked',
  'rockspec-external': 'the rockspec asks for libraries of the system, which are not shipped',
  'rockspec-file-left-out': 'programs or configuration files of the rockspec are not shipped',
  'rockspec-file-unlisted':
    'the rockspec does not name a file of the plugin directory, which is packed',
  'rockspec-hook': 'a hook of the rockspec is not run',
  'rockspec-module-differs': 'the rockspec maps a module to another file than the one packed',
  'rockspec-module-missing': 'the rockspec names a file that is not there',
  'rockspec-module-twice': 'two files of the rockspec would come to one place',
  'rockspec-source-shared':
    'two modules of the rockspec come from one file, of which LuaRocks installs only one',
  'rockspec-unused':
    'a rockspec is not used: one of a higher version stands beside it, or its plugin is not there',
  'schema-fields': 'the schema has no array named fields',
  'schema-key': 'the schema has a top-level key that Kong does not know',
  'schema-missing': 'there is no schema.lua',
  'schema-name': 'the schema has no name, or one that is no text',
  'schema-name-differs': 'the schema has another name than the plugin',
  'schema-return': 'schema.lua returns no table',
  'shadows-kong': "a module would stand in the place of Kong's own code",
  'special-file': 'a device, pipe or socket stands in the plugin directory',
  symlink: 'a symbolic link stands in the plugin directory',
  version: 'VERSION is not a text that Kong reads as x.y.z (Kong 3 and later)',
  'version-differs': "the rockspec's version is not the handler's VERSION",
  'version-unknown': 'VERSION is computed, so it was not checked',
} as const;

export type LintRule = keyof typeof LINT_RULES;
