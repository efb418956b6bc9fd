package = "kong-plugin-myplugin"
version = "0.1.0-1"
source = { url = "git+https://git.example/acme/kong-plugin-myplugin" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.myplugin.handler"] = "kong/plugins/myplugin/handler.lua",
    ["kong.plugins.myplugin.schema"] = "kong/plugins/myplugin/schema.lua",
  },
}
