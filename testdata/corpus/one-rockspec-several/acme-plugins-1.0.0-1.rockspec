package = "acme-plugins"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/acme-plugins" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.alpha.handler"] = "kong/plugins/alpha/handler.lua",
    ["kong.plugins.alpha.schema"] = "kong/plugins/alpha/schema.lua",
    ["kong.plugins.beta.handler"] = "kong/plugins/beta/handler.lua",
    ["kong.plugins.beta.schema"] = "kong/plugins/beta/schema.lua",
    ["acme.shared"] = "src/shared.lua",
  },
}
