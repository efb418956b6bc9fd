rockspec_format = "3.0"
package = "kong-plugin-greeter"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/greeter" }
build = { type = "builtin" }
