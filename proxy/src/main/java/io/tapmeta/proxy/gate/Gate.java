package io.tapmeta.proxy.gate;

import io.tapmeta.resolver.instance.Policy.Subject;
import io.tapmeta.resolver.instance.Policy.Tokens;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every request of a known VM has to pass before anything looks at what it asks for, so that
 * no spelling of a path gets around it.
 */
public final class Gate {
  /** What a request shows of a session token. */
  public enum Token {
    ABSENT,
    VALID,
    INVALID;

    /** The label's value. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Gate() {}

  /**
   * Why a request is refused; null where it is not.
   *
   * @param subject the tree it asks in
   * @param writesPassword true where it would set the admin password
   * @param token what it shows; looked at only where tokens are required
   */
  public static @Nullable Refusal refusal(
      Account account, Subject subject, boolean writesPassword, Token token) {
    if (!account.isEndpointOn()) {
      return account.isUniform() ? Refusal.ENDPOINT_HIDDEN : Refusal.ENDPOINT_OFF;
    }
    if (account.tokens() == Tokens.REQUIRED && token != Token.VALID) {
      return token == Token.ABSENT ? Refusal.TOKEN_MISSING : Refusal.TOKEN_INVALID;
    }
    if (account.denies(subject) || writesPassword && account.denies(Subject.PASSWORD_WRITES)) {
      return account.isUniform() ? Refusal.DENIED_HIDDEN : Refusal.DENIED;
    }
    return null;
  }
}
