package io.tapmeta.proxy.http;

/**
 * What a request says of session tokens.
 *
 * @param token what it shows; empty where nothing
 * @param lifetime the seconds it asks one for; empty where it does not
 * @param ec2 true where it uses EC2's spelling
 * @param forwarded true where somebody passed it on
 */
record ShownToken(String token, String lifetime, boolean ec2, boolean forwarded) {
  static final ShownToken NONE = new ShownToken("", "", false, false);

  private static final String EC2 = "x-aws-ec2-metadata-token";
  private static final String OWN = "x-metadata-token";
  private static final String LIFETIME = "-ttl-seconds";

  /** Two spellings that do not say the same are none of ours. */
  private static final String CONTRADICTION = "?";

  static ShownToken of(RequestHead head) {
    return new ShownToken(
        one(head.header(EC2), head.header(OWN)),
        one(head.header(EC2 + LIFETIME), head.header(OWN + LIFETIME)),
        !head.header(EC2 + LIFETIME).isEmpty(),
        head.has("x-forwarded-for"));
  }

  private static String one(String ec2, String own) {
    if (ec2.isEmpty() || own.isEmpty()) {
      return ec2 + own;
    }
    return ec2.equals(own) ? own : CONTRADICTION;
  }
}
