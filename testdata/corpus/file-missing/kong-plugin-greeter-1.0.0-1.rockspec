package = "kong-plugin-greeter"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/kong-plugin-greeter" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.greeter.handler"] = "kong/plugins/greeter/handler.lua",
    ["kong.plugins.greeter.schema"] = "kong/plugins/greeter/schema.lua",
    ["kong.plugins.greeter.gone"] = "kong/plugins/greeter/gone.lua",
  },
}
