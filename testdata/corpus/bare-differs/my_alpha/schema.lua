-- my_alpha/schema.lua
return { name = "my-alpha", fields = {} }
