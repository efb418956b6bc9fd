package = "beta"
version = "1.0-5"
source = { url = "git+https://git.example/acme/beta" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.beta.handler"] = "src/handler.lua",
    ["kong.plugins.beta.schema"] = "src/schema.lua",
  },
}
