package io.tapmeta.proxy.conformance;

import io.tapmeta.proxy.conformance.Records.VmRecord;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.DaemonConfig;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packaged application, with a real guest for each record: a namespace with its MAC behind a tap.
 *
 * <p>Taps have names of this run; in answers they are given back the names that the records have.
 */
final class RealNode implements Node, AutoCloseable {
  private static final int CONTINUE = 100;

  private final ComputeNode node = ComputeNode.start();
  private final Map<String, Plugged> guests = new HashMap<>();
  private final List<Connection> kept = new ArrayList<>();
  private final Daemon daemon;

  /**
   * A guest.
   *
   * @param tap as its record calls it; empty where the record leaves it to the network
   */
  private record Plugged(Guest guest, Optional<String> tap) {
    Response exchange(Connection connection, Ask ask) {
      ask.pieces().forEach(connection::send);
      Response response = read(connection, ask);
      if (response.status() == CONTINUE) {
        response = read(connection, ask);
      }
      return tap.isPresent() ? renamed(response, guest.tap(), tap.get()) : response;
    }
  }

  RealNode(List<VmRecord> records) {
    try {
      records.forEach(this::plugIn);
      guests.put(Records.NOBODY, new Plugged(node.guest().start().attach(), Optional.empty()));
      // Whoever has no record is to be told so, not to wait for one.
      daemon = node.daemon(withPlaceForPasswords(node.config().hold("50ms")));
    } catch (RuntimeException | AssertionError e) {
      node.close();
      throw e;
    }
  }

  /** On a connection of its own. */
  @Override
  public Response answer(String record, Ask ask) {
    Plugged plugged = plugged(record);
    try (Connection connection = plugged.guest().connect()) {
      return plugged.exchange(connection, ask);
    }
  }

  /** The same node, where each guest asks all that it asks on one connection. */
  Node kept() {
    Map<String, Connection> connections = new HashMap<>();
    return (record, ask) ->
        plugged(record).exchange(connections.computeIfAbsent(record, this::keep), ask);
  }

  Guest guest(String record) {
    return plugged(record).guest();
  }

  Daemon daemon() {
    return daemon;
  }

  @Override
  public void close() {
    kept.forEach(Connection::close);
    node.close();
  }

  private void plugIn(VmRecord record) {
    Guest guest = node.guest().mac(record.port().mac().toString()).start();
    Optional<String> tap = record.port().tap();
    guest
        .record()
        .replaceBy(tap.map(name -> record.text().replace(name, guest.tap())).orElse(record.text()));
    if (tap.isPresent()) {
      guest.attach();
    } else {
      guest.attach(
          "--network",
          record.port().networkId().orElseThrow(),
          "--mac",
          record.port().mac().toString());
    }
    guests.put(record.name(), new Plugged(guest, tap));
  }

  private Connection keep(String record) {
    Connection connection = guest(record).connect();
    kept.add(connection);
    return connection;
  }

  private Plugged plugged(String record) {
    Plugged plugged = guests.get(record);
    if (plugged == null) {
      throw new IllegalArgumentException(record + " (expected: one of " + guests.keySet() + ")");
    }
    return plugged;
  }

  private static Response read(Connection connection, Ask ask) {
    return ask.isHead() ? connection.readHead() : connection.read();
  }

  private static Response renamed(Response response, String tap, String name) {
    String text = new String(response.body(), StandardCharsets.ISO_8859_1);
    byte[] body = text.replace(tap, name).getBytes(StandardCharsets.ISO_8859_1);
    String length = "\r\nContent-Length: ";
    String head =
        response
            .head()
            .replace(length + response.body().length + "\r", length + body.length + "\r");
    return new Response(head, body);
  }

  /** Guests of this run have the same uuids as those of the next. */
  private static DaemonConfig withPlaceForPasswords(DaemonConfig config) {
    try {
      if (!Files.readString(config.write().file()).contains("passwords:")) {
        throw new IllegalStateException(
            "passwords.directory: the machine's own (expected: one of the node's)");
      }
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
