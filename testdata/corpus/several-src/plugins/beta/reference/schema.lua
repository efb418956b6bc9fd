-- plugins/beta/reference/schema.lua
return { name = "beta", fields = {} }
