import Testing
import Webhooks

/// What counts as a secret: too little keeps Stripe out, too much lets others in.
@Suite struct SignatureCheckTests {
  @Test func notesAreNoSecrets() {
    let text = """
      # rolled over in March: whsec_old, whsec_older
        whsec_new  \n
      #whsec_gone
      whsec_a,whsec_b ,
      """
    #expect(SignatureCheck.secrets(in: text) == ["whsec_new", "whsec_a", "whsec_b"])
    #expect(SignatureCheck.secrets(in: " , \n # , whsec_a") == [])
  }

  @Test(arguments: ["whsec_abcDEF123", "whsec_a+b/c-d_e="]) func theseAre(_ secret: String) {
    #expect(SignatureCheck.isSecret(secret))
  }

  @Test(arguments: [
    "whsec_...", "whsec_…", "whsec_", "sk_test_abc", "we_123", "\"whsec_a\"", "STRIPE_WEBHOOK_SECRET=whsec_a",
    "whsec_a # the first", "comment",
  ]) func theseAreNone(_ text: String) { #expect(!SignatureCheck.isSecret(text)) }
}
