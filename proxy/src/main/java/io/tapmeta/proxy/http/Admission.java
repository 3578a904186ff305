package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.Api;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.Account;
import io.tapmeta.proxy.gate.Gate;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.token.TokenKeys;
import io.tapmeta.proxy.token.TokenLifetime;
import io.tapmeta.proxy.token.TokenSeal;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Policy.Subject;
import io.tapmeta.resolver.instance.Policy.Tokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings each request of a known VM before the gate, with the session token it shows, and gives out
 * tokens. Belongs to one loop, whose tokens no other can open; nor does it have to, since an
 * attachment stays on its loop.
 */
final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final String TOKEN_PATH = "/latest/api/token";

  private final GuestMetrics metrics;
  private final TokenSeal seal = new TokenSeal(new TokenKeys(System.nanoTime()));

  Admission(GuestMetrics metrics) {
    this.metrics = metrics;
  }

  /** True where the request is not for documents: it was refused, or given a token. */
  boolean isOver(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    Account account = connection.tab().account();
    if (exchange.method == Method.PUT && exchange.route.path().equals(TOKEN_PATH)) {
      token(connection, exchange, record, account);
      return true;
    }
    Gate.Token shown = Gate.Token.ABSENT;
    if (account.tokens() != Tokens.OFF) {
      shown = shown(connection, exchange, record);
      exchange.token = shown;
      metrics.token(account.tokens(), shown);
      if (shown != Gate.Token.VALID && account.isNewlyTokenless()) {
        log.info(
            "{}: instance {} asks without a good session token ({})",
            connection.ingress(),
            record.instance().uuid(),
            account.tokens().word());
      }
    }
    boolean writes =
        exchange.route.kind() == Route.Kind.PASSWORD
            && exchange.method != Method.GET
            && exchange.method != Method.HEAD;
    Refusal refusal = Gate.refusal(account, subject(exchange.route.api()), writes, shown);
    if (refusal != null) {
      connection.refuse(refusal);
    }
    return refusal != null;
  }

  private Gate.Token shown(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    String token = exchange.shownToken.token();
    if (token.isEmpty()) {
      return Gate.Token.ABSENT;
    }
    long generation = connection.plug().generation();
    return seal.isGood(token, record.instance().uuid(), generation, exchange.started)
        ? Gate.Token.VALID
        : Gate.Token.INVALID;
  }

  private void token(
      GuestConnection connection, Exchange exchange, InstanceRecord record, Account account) {
    ShownToken asked = exchange.shownToken;
    int seconds = TokenLifetime.parse(asked.lifetime());
    if (!account.isEndpointOn()) {
      connection.refuse(account.isUniform() ? Refusal.ENDPOINT_HIDDEN : Refusal.ENDPOINT_OFF);
    } else if (account.tokens() == Tokens.OFF) {
      connection.refuse(Refusal.TOKENS_OFF);
    } else if (asked.forwarded()) {
      connection.refuse(Refusal.TOKEN_FOR_ANOTHER);
    } else if (seconds == TokenLifetime.UNFIT) {
      connection.refuse(Refusal.TOKEN_LIFETIME_UNFIT);
    } else {
      String text =
          seal.seal(
              record.instance().uuid(), connection.plug().generation(), seconds, exchange.started);
      String header =
          asked.ec2() ? "X-Aws-Ec2-Metadata-Token-Ttl-Seconds" : "X-Metadata-Token-Ttl-Seconds";
      metrics.tokenIssued();
      connection.respond(EncodedAnswer.text(200, "OK", text, header + ": " + seconds + "\r\n"));
    }
  }

  private static Subject subject(Api api) {
    return switch (api) {
      case OPENSTACK -> Subject.OPENSTACK;
      case EC2 -> Subject.EC2;
      case NOCLOUD -> Subject.NOCLOUD;
      case OTHER -> Subject.OTHER;
    };
  }
}
