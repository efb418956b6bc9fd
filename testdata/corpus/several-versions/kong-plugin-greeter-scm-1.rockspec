package = "kong-plugin-greeter"
version = "scm-1"
source = { url = "git+https://git.example/acme/kong-plugin-greeter" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.greeter.handler"] = "kong/plugins/greeter/handler.lua",
    ["kong.plugins.greeter.schema"] = "kong/plugins/greeter/schema.lua",
  },
}
