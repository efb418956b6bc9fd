package = "kong-plugin-greeter
