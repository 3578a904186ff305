package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.DocumentReader;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.EntityTag;
import io.tapmeta.proxy.document.PasswordAnswers;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.upstream.Forwarder;
import io.tapmeta.proxy.upstream.GuestUpstream;
import io.tapmeta.proxy.upstream.UpstreamRequest;
import io.tapmeta.proxy.vendor.VendorTargets;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolution;
import io.tapmeta.resolver.instance.Port;
import java.util.Optional;

/**
 * Decides the answer to a request that is complete: first who asks, then what for. Belongs to one
 * loop.
 */
final class Answerer {
  private final GuestService service;
  private final DocumentReader documents;
  private final Optional<Forwarder> forwarder;
  private final Admission admission;

  Answerer(GuestService service, Optional<Forwarder> forwarder) {
    this.service = service;
    this.forwarder = forwarder;
    this.admission = new Admission(service.metrics());
    this.documents = service.cache().newReader(service.metrics());
  }

  /** Closes what is open towards the backend. */
  void close() {
    forwarder.ifPresent(Forwarder::close);
  }

  /** True where it can be said by now who asks through {@code connection}, or that nobody does. */
  boolean isDecided(GuestConnection connection) {
    return switch (service.resolver().resolve(connection.ingress())) {
      case Resolution.Found _, Resolution.Ambiguous _ -> true;
      case Resolution.Unknown _ -> !connection.isNewlyPlugged();
      case Resolution.NotReady _ -> false;
    };
  }

  /** Has {@code connection} respond, refuse, hold or wait; exactly one of these. */
  void answer(GuestConnection connection, Exchange exchange) {
    Resolution resolution = service.resolver().resolve(connection.ingress());
    if (resolution instanceof Resolution.Found found) {
      connection.tab().claim(found.record(), exchange.started);
    }
    connection.outlet().limitHops(connection.tab().account().hops());
    if (connection.isOverBudget()) {
      return;
    }
    switch (resolution) {
      case Resolution.Found found -> {
        if (isSpoofed(connection, found.port())) {
          service.metrics().identityRefused(IdentityRefusal.SOURCE_ADDRESS);
          connection.refuse(Refusal.UNKNOWN_INSTANCE);
        } else if (!admission.isOver(connection, exchange, found.record())) {
          admitted(connection, exchange, found.record());
        }
      }
      case Resolution.Ambiguous _ -> {
        connection.tab().disown();
        service.metrics().identityRefused(IdentityRefusal.AMBIGUOUS);
        connection.refuse(Refusal.AMBIGUOUS_INSTANCE);
      }
      case Resolution.Unknown _ -> {
        if (connection.isNewlyPlugged()) {
          connection.hold();
        } else {
          connection.tab().disown();
          service.metrics().identityRefused(IdentityRefusal.UNKNOWN);
          connection.refuse(Refusal.UNKNOWN_INSTANCE);
        }
      }
      case Resolution.NotReady _ -> connection.hold();
    }
  }

  /** A guest that forwards for others sends with their addresses, and its own documents are asked for. */
  private static boolean isSpoofed(GuestConnection connection, Port port) {
    return connection.tab().account().isSourceChecked()
        && !connection.outlet().source().map(port::maySendFrom).orElse(true);
  }

  private void admitted(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    switch (exchange.route.kind()) {
      case DOCUMENT, UNLISTED -> document(connection, exchange, record);
      case VENDOR_DATA -> vendorData(connection, exchange, record);
      case PASSWORD -> password(connection, exchange, record);
    }
  }

  private void document(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    EncodedAnswer answer = documents.read(record, exchange.route, connection);
    if (answer == null && isRendered(exchange.route) && !record.instance().identityOnly()) {
      connection.refuse(Refusal.UNKNOWN_PATH);
    } else if (answer == null) {
      forward(connection, exchange, record);
    } else {
      respond(connection, exchange, answer);
    }
  }

  private static void respond(GuestConnection connection, Exchange exchange, EncodedAnswer answer) {
    if (exchange.ifNoneMatch.isEmpty()
        || !EntityTag.matches(exchange.ifNoneMatch, answer.entityTag())) {
      connection.respond(answer);
    } else {
      connection.respond(answer.notModified());
    }
  }

  private void vendorData(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    VendorTargets targets = service.vendorTargets();
    if (record.instance().identityOnly() || !targets.concern(record.instance())) {
      document(connection, exchange, record);
      return;
    }
    Object waiting = new Object();
    connection.late().waitFor(waiting);
    targets.complete(
        record,
        exchange.started,
        result ->
            connection.late().whenStill(waiting, () -> completed(connection, exchange, result)));
  }

  private static void completed(
      GuestConnection connection, Exchange exchange, VendorTargets.Result result) {
    switch (result) {
      case VendorTargets.Result.Made made -> respond(connection, exchange, made.answer());
      case VendorTargets.Result.Failed _ -> connection.refuse(Refusal.VENDOR_DATA_FAILED);
      case VendorTargets.Result.Busy _ -> connection.refuse(Refusal.VENDOR_DATA_BUSY);
    }
  }

  private void password(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    if (forwarder.isPresent() || record.instance().identityOnly()) {
      forward(connection, exchange, record);
      return;
    }
    String uuid = record.instance().uuid();
    switch (exchange.method) {
      case GET -> connection.respond(PasswordAnswers.of(service.passwords().read(uuid)));
      case POST -> {
        Object waiting = new Object();
        connection.late().waitFor(waiting);
        service
            .passwords()
            .store(
                uuid,
                exchange.keptBody(),
                outcome -> connection.late().whenStill(waiting, () -> stored(connection, outcome)));
      }
      default -> connection.refuse(Refusal.PASSWORD_UNFIT);
    }
  }

  /**
   * True where a request may have to be put to the backend, so that what it needs of the head has to
   * be kept: not for a document of a record that is known to have documents.
   */
  boolean mayForward(GuestConnection connection, Route route) {
    return forwarder.isPresent()
        && !(isRendered(route)
            && service.resolver().resolve(connection.ingress()) instanceof Resolution.Found found
            && !found.record().instance().identityOnly());
  }

  /** True for a path that has a document here: where an instance has none, it is nobody else's. */
  private static boolean isRendered(Route route) {
    return route.kind() == Route.Kind.DOCUMENT || route.kind() == Route.Kind.VENDOR_DATA;
  }

  private void forward(GuestConnection connection, Exchange exchange, InstanceRecord record) {
    if (forwarder.isEmpty()) {
      connection.refuse(Refusal.UNKNOWN_PATH);
      return;
    }
    UpstreamRequest request =
        new UpstreamRequest(
            exchange.methodName,
            exchange.route.path(),
            exchange.query,
            exchange.forwardedHeaders,
            exchange.keptBody(),
            record.instance().uuid(),
            record.instance().projectId().orElse(""),
            connection.address());
    GuestUpstream guest =
        connection.plug().guests().guest(connection.ingress().mac(), record.instance().uuid());
    Optional<EncodedAnswer> known = forwarder.get().cached(request, guest, record.revision());
    if (known.isPresent()) {
      connection.pass(known.get());
      return;
    }
    Forwarding forwarding = new Forwarding(connection, exchange.http10);
    connection.late().waitFor(forwarding);
    forwarding.underway(forwarder.get().forward(request, guest, record.revision(), forwarding));
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
