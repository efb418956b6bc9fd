-- kong/plugins/rate_note/schema.lua
return { name = "rate-note", fields = {} }
