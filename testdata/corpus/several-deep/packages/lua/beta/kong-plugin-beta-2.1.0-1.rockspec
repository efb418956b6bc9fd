package = "kong-plugin-beta"
version = "2.1.0-1"
source = { url = "git+https://git.example/acme/kong-plugin-beta" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.beta.handler"] = "kong/plugins/beta/handler.lua",
    ["kong.plugins.beta.schema"] = "kong/plugins/beta/schema.lua",
  },
}
