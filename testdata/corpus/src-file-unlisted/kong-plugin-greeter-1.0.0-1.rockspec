package = "kong-plugin-greeter"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/kong-plugin-greeter" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.greeter.handler"] = "src/handler.lua",
    ["kong.plugins.greeter.schema"] = "src/schema.lua",
  },
}
