-- my_beta/schema.lua
return { name = "my-beta", fields = {} }
