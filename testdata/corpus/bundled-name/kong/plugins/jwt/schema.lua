-- kong/plugins/jwt/schema.lua
return { name = "jwt", fields = {} }
