package io.tapmeta.proxy.conformance;

import io.tapmeta.proxy.conformance.Records.VmRecord;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packaged application before a real Nova: the node knows no more than who its guests are, and
 * Nova has the rest, as the records say.
 */
final class NovaNode implements Node, AutoCloseable {
  private static final int CONTINUE = 100;

  private final ComputeNode node = ComputeNode.start();
  private final Map<String, VmRecord> records = new HashMap<>();
  private final Map<String, Guest> guests = new HashMap<>();
  private final Map<String, Connection> connections = new HashMap<>();
  private final Nova nova;

  NovaNode(List<VmRecord> all, Nova.Server server) {
    try {
      List<Path> files = new ArrayList<>();
      for (VmRecord record : all) {
        files.add(
            Files.writeString(node.directory().resolve(record.name() + ".json"), record.text()));
        plugIn(record);
      }
      nova = node.nova(files).start(server, Nova.SECRET);
      Path secret = Files.writeString(node.directory().resolve("secret"), Nova.SECRET);
      node.daemon(
          node.config()
              // One guest's connection is idle while others' rows are asked.
              .limit("idle_timeout", "30m")
              .upstream("endpoints", "[\"http://127.0.0.1:%d\"]".formatted(Nova.PORT))
              .upstream("shared_secret_file", secret.toString()));
    } catch (IOException e) {
      node.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | AssertionError e) {
      node.close();
      throw e;
    }
  }

  /** What the guest gets, all on one connection for as long as that lasts. */
  @Override
  public Response answer(String record, Ask ask) {
    Connection connection = connections.computeIfAbsent(record, name -> guests.get(name).connect());
    ask.pieces().forEach(connection::send);
    Response response = read(connection, ask);
    if (response.status() == CONTINUE) {
      response = read(connection, ask);
    }
    if (response.header("Connection").filter("close"::equalsIgnoreCase).isPresent()) {
      connections.remove(record);
      connection.close();
    }
    return response;
  }

  /** What Nova itself answers, to the request's headers that go on to it; empty where it gives up. */
  Optional<Response> direct(String record, Ask ask) {
    VmRecord whose = records.get(record);
    return nova.ask(
        whose.instance().uuid(),
        whose.project(),
        ask.method(),
        ask.target(),
        ask.headers().stream().filter(line -> line.startsWith("Accept: ")).toList());
  }

  Nova nova() {
    return nova;
  }

  @Override
  public void close() {
    node.close();
  }

  private void plugIn(VmRecord record) {
    Guest guest = node.guest().mac(record.port().mac().toString()).start();
    guest
        .record()
        .replaceBy(
            """
            {"uuid": "%s", "project_id": "%s", "ports": [{"tap": "%s", "mac": "%s"}]}
            """
                .formatted(record.instance().uuid(), record.project(), guest.tap(), guest.mac()));
    records.put(record.name(), record);
    guests.put(record.name(), guest.attach());
  }

  private static Response read(Connection connection, Ask ask) {
    return ask.isHead() ? connection.readHead() : connection.read();
  }
}
