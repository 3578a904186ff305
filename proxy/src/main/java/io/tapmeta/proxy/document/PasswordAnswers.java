package io.tapmeta.proxy.document;

/** The answers of {@code /openstack/VERSION/password}, which have the framework's type in Nova. */
public final class PasswordAnswers {
  /** To a POST that was kept. */
  public static final EncodedAnswer STORED =
      EncodedAnswer.passed(
          200,
          "OK",
          "Content-Type: " + Document.HTML + "\r\nContent-Length: 0\r\n",
          new byte[0],
          Document.NO_SEED);

  private PasswordAnswers() {}

  /** To a GET: the text, or nothing where none was set. */
  public static EncodedAnswer of(byte[] password) {
    return EncodedAnswer.ok(Document.password(password));
  }
}
