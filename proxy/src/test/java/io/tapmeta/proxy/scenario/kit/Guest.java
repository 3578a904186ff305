package io.tapmeta.proxy.scenario.kit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** A VM: a namespace whose eth0 is the other end of a tap of its node. */
public final class Guest implements AutoCloseable {
  /** Every guest's own, so that no test can tell them apart by it. */
  public static final String ADDRESS = "10.0.0.5";

  public static final String METADATA = "169.254.169.254";
  public static final String METADATA6 = "[fe80::a9fe:a9fe%25eth0]";
  public static final String META_DATA_JSON = "/openstack/latest/meta_data.json";

  private static final int ANY_PORT = 0;
  private static final int NARROW = 4096;

  private final ComputeNode node;
  private final Namespace namespace;
  private final String tap;
  private final String mac;
  private final RecordFile record;
  private final List<Connection> connections = Collections.synchronizedList(new ArrayList<>());

  Guest(ComputeNode node, String tap, String mac) {
    this.node = node;
    this.tap = tap;
    this.mac = mac;
    namespace = Namespace.make("vm");
    record = new RecordFile(node.records(), tap, mac);
  }

  public Namespace namespace() {
    return namespace;
  }

  public String tap() {
    return tap;
  }

  public String mac() {
    return mac;
  }

  /** Its record, for its tap and MAC; not there before it is written. */
  public RecordFile record() {
    return record;
  }

  public Guest attach(String... options) {
    node.attach(tap, options);
    return this;
  }

  public Guest detach() {
    node.detach(tap);
    return this;
  }

  /** The namespace that the wiring made for it. */
  public Namespace attachment() {
    return ComputeNode.attachment(tap);
  }

  /** From now on its frames have another source. */
  public void takeMac(String other) {
    namespace.ip("link set eth0 address " + other);
  }

  /** A connection to the metadata service, closed with the guest at the latest. */
  public Connection connect() {
    return connectFrom(ANY_PORT);
  }

  public Connection connectFrom(int port) {
    return kept(namespace.connect(port, METADATA, 80));
  }

  /** A connection that takes in next to nothing before it is read. */
  public Connection connectNarrow() {
    return kept(namespace.connect(ANY_PORT, METADATA, 80, NARROW));
  }

  /** One request on a connection of its own. */
  public Response get(String path) {
    return once(connection -> connection.get(path));
  }

  /** Whom the metadata service takes it for: a uuid, or the status where it got none. */
  public String identity() {
    return get(META_DATA_JSON).identity();
  }

  /** Whom the metadata service takes it for by another address, as a URL has it. */
  public String identityAt(String address) {
    String url = "http://" + address + META_DATA_JSON;
    // Again, as long as the guest's own address is still being looked for among its neighbours.
    String[] words = {
      "curl", "--silent", "--max-time", "5", "--fail", "--retry", "3", "--retry-all-errors", url
    };
    String answer = namespace.command(words).run().orFail();
    return answer.replaceAll("(?s).*\"uuid\": ?\"([^\"]+)\".*", "$1");
  }

  /** Raw bytes on a connection of its own, and the answer. */
  public Response send(String request) {
    return once(connection -> connection.send(request).read());
  }

  /** Closes every connection it has. */
  public void hangUp() {
    connections.forEach(Connection::close);
    connections.clear();
  }

  @Override
  public void close() {
    hangUp();
    namespace.close();
  }

  private Connection kept(Connection connection) {
    connections.removeIf(Connection::isClosed);
    connections.add(connection);
    return connection;
  }

  private <T> T once(Function<Connection, T> talk) {
    try (Connection connection = connect()) {
      return talk.apply(connection);
    }
  }
}
