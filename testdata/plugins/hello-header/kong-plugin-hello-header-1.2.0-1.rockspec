package = "kong-plugin-hello-header"
version = "1.2.0-1"

source = {
  url = "git+https://git.example/acme/hello-header.git",
  tag = "1.2.0",
}

description = {
  summary = "Adds a greeting to every response",
  homepage = "https://git.example/acme/hello-header",
  license = "Apache-2.0",
}

build = {
  type = "builtin",
  modules = {
    ["kong.plugins.hello-header.handler"] = "kong/plugins/hello-header/handler.lua",
    ["kong.plugins.hello-header.schema"] = "kong/plugins/hello-header/schema.lua",
  },
}
