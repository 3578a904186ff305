package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.DocumentReader;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.EntityTag;
import io.tapmeta.proxy.document.PasswordAnswers;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolution;

/**
 * Decides the answer to a request that is complete: first who asks, then what for. Belongs to one
 * loop.
 */
final class Answerer {
  private final GuestService service;
  private final DocumentReader documents;

  Answerer(GuestService service) {
    this.service = service;
    this.documents = service.cache().newReader(service.metrics());
  }

  /** True where it can be said by now who asks through {@code connection}. */
  boolean isKnown(GuestConnection connection) {
    Resolution resolution = service.resolver().resolve(connection.ingress());
    return resolution instanceof Resolution.Found || resolution instanceof Resolution.Ambiguous;
  }

  /** Has {@code connection} respond, refuse, hold or wait; exactly one of these. */
  void answer(GuestConnection connection, Exchange exchange) {
    switch (service.resolver().resolve(connection.ingress())) {
      case Resolution.Found found -> {
        if (exchange.route.kind() == Route.Kind.PASSWORD) {
          password(connection, exchange, found.record());
        } else {
          document(connection, exchange, found.record());
        }
      }
      case Resolution.Ambiguous _ -> {
        service.metrics().identityRefused(IdentityRefusal.AMBIGUOUS);
        connection.refuse(Refusal.AMBIGUOUS_INSTANCE);
      }
      case Resolution.Unknown _ -> {
        if (connection.isNewlyPlugged()) {
          connection.hold();
        } else {
          service.metrics().identityRefused(IdentityRefusal.UNKNOWN);
          connection.refuse(Refusal.UNKNOWN_INSTANCE);
        }
      }
      case Resolution.NotReady _ -> connection.hold();
    }
  }

  private void document(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    EncodedAnswer answer = documents.read(record, exchange.route, connection);
    if (answer == null) {
      connection.refuse(Refusal.UNKNOWN_PATH);
    } else if (exchange.ifNoneMatch.isEmpty()
        || !EntityTag.matches(exchange.ifNoneMatch, answer.entityTag())) {
      connection.respond(answer);
    } else {
      connection.respond(answer.notModified());
    }
  }

  private void password(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    if (record.instance().identityOnly()) {
      connection.refuse(Refusal.UNKNOWN_PATH);
      return;
    }
    String uuid = record.instance().uuid();
    switch (exchange.method) {
      case GET -> connection.respond(PasswordAnswers.of(service.passwords().read(uuid)));
      case POST -> {
        connection.waitForAnswer();
        int number = exchange.number;
        service
            .passwords()
            .store(
                uuid,
                exchange.keptBody(),
                outcome -> connection.whenStill(number, () -> stored(connection, outcome)));
      }
      default -> connection.refuse(Refusal.PASSWORD_UNFIT);
    }
  }

  private static void stored(GuestConnection connection, PasswordStore.Outcome outcome) {
    switch (outcome) {
      case STORED -> connection.respond(PasswordAnswers.STORED);
      case ALREADY_SET -> connection.refuse(Refusal.PASSWORD_ALREADY_SET);
      case UNFIT -> connection.refuse(Refusal.PASSWORD_UNFIT);
      case FAILED -> connection.refuse(Refusal.INTERNAL);
    }
  }
}
