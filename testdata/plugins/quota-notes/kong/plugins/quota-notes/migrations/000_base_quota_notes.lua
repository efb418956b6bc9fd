return {
  postgres = {
    up = [[
      CREATE TABLE IF NOT EXISTS "quota_notes" (
        "id"   UUID PRIMARY KEY,
        "text" TEXT
      );
    ]],
  },
}
