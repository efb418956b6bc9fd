package = "kong-plugin-alpha"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/kong-plugin-alpha" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.alpha.handler"] = "kong/plugins/alpha/handler.lua",
    ["kong.plugins.alpha.schema"] = "kong/plugins/alpha/schema.lua",
  },
}
