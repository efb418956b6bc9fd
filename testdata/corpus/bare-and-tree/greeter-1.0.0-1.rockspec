package = "greeter"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/greeter" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.greeter.handler"] = "handler.lua",
    ["kong.plugins.greeter.schema"] = "schema.lua",
  },
}
