return {
  "000_base_quota_notes",
}
