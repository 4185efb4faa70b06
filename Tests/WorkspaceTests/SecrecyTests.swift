import Testing

@testable import Workspace

@Suite("Masking")
struct SecrecyTests {
  @Test(
    "a key keeps its kind and four letters",
    arguments: [
      ("sk_test_abcdefghijkl", "sk_test_…ijkl"), ("rk_live_abcdefghijklmnop", "rk_live_…mnop"),
      ("sk_test_short", "sk_test_…"), ("whsec_abcdefghijkl", "…ijkl"), ("short", "…"), ("", "…"),
      ("sk_test_", "sk_test_…"), ("sk_org_live_abcdefghijkl", "sk_org_live_…ijkl"),
    ])
  func keys(_ value: String, _ masked: String) {
    #expect(Secrecy.key.masked(value) == masked)
  }

  @Test(
    "a connection loses its passwords",
    arguments: [
      ("postgres://user:pa55@host:5432/db", "postgres://user:***@host:5432/db"),
      ("postgresql://user@host/db?sslmode=require", "postgresql://user@host/db?sslmode=require"),
      ("postgres://user:p@55/w?rd@host/db", "postgres://user:***@host/db"),
      (
        "postgres://host:5432/db?user=u&password=pa55&sslmode=require",
        "postgres://host:5432/db?user=u&password=***&sslmode=require"
      ),
      ("postgres://host/db?sslpassword=pa55", "postgres://host/db?sslpassword=***"),
      ("postgres://host:5432/db", "postgres://host:5432/db"),
      ("host=h password=pa55 dbname=d", "host=h password=*** dbname=d"),
      ("host=h PASSWORD = 'pa 55\\' more' dbname=d", "host=h PASSWORD = *** dbname=d"),
      ("password='pa55", "password=***"),
      ("postgres://u:@h/d", "postgres://u:***@h/d"),
    ])
  func connections(_ value: String, _ masked: String) {
    #expect(Secrecy.connection.masked(value) == masked)
    #expect(!masked.contains("55/") && !masked.contains("pa55"))
    #expect(Secrecy.hasPassword(value) == (value != masked))
  }

  @Test("an open value stays as it is")
  func open() {
    #expect(Secrecy.open.masked("sk_test_abcdefghijkl") == "sk_test_abcdefghijkl")
  }

  @Test("every key that holds a secret is masked")
  func known() {
    #expect(
      SettingKey.allCases.filter { $0.secrecy == .key } == [
        .stripeAPIKey, .webhookSecret, .s3KeyID, .s3Secret, .s3SessionToken,
      ])
    #expect(
      SettingKey.allCases.filter { $0.secrecy == .connection } == [.databaseURL, .testDatabaseURL, .stripeAPIBase])
  }
}
