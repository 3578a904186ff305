package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A compute node: a namespace that stands for the host's, with its bridge, its taps and its daemon. */
public final class ComputeNode implements AutoCloseable {
  /** Where guests have their gateway, on the bridge or on a routed tap. */
  static final String GATEWAY = "10.0.0.1";

  private static final String BRIDGE = "br0";

  private final Namespace namespace = Namespace.make("node");
  private final Path directory;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<String> taps = new ArrayList<>();
  private boolean bridged;

  private ComputeNode() {
    try {
      directory = Files.createTempDirectory("tapmeta-" + Run.ID + "-");
      Files.createDirectory(attachments());
      Files.createDirectory(records());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ComputeNode start() {
    return new ComputeNode();
  }

  public Namespace namespace() {
    return namespace;
  }

  public Path directory() {
    return directory;
  }

  public Path attachments() {
    return directory.resolve("attachments");
  }

  public Path records() {
    return directory.resolve("instances");
  }

  /** A guest to be plugged in. */
  public Guest.Builder guest() {
    return new Guest.Builder(this);
  }

  /** A guest with all that it takes: plugged in, attached, with a record. */
  public Guest vm(String hostname) {
    Guest vm = guest().start().attach();
    vm.record().hostname(hostname).write();
    return vm;
  }

  /** A tap with nobody behind it. */
  public String emptyTap() {
    String tap = Run.tapName();
    namespace.ip("tuntap add dev %s mode tap".formatted(tap), "link set %s up".formatted(tap));
    taps.add(tap);
    return tap;
  }

  public void attach(String tap, String... options) {
    script("tapmeta-attach", tap, options).run().orFail();
  }

  public void detach(String tap) {
    script("tapmeta-detach", tap).run().orFail();
  }

  /** The namespace that the wiring makes for a tap. */
  public static Namespace attachment(String tap) {
    return Namespace.named("tapmeta-" + tap);
  }

  /** One of netns-scripts, told of this node's places. */
  public Command script(String name, String tap, String... options) {
    List<String> words = new ArrayList<>(List.of(Run.script(name).toString(), tap));
    Collections.addAll(words, options);
    return namespace
        .command(words.toArray(String[]::new))
        .with(Map.of("TAPMETA_ATTACHMENTS", attachments().toString()));
  }

  /** A configuration for this node's daemon. */
  public DaemonConfig config() {
    return new DaemonConfig(directory, attachments(), records());
  }

  /** A daemon with everything as it comes, ready. */
  public Daemon daemon() {
    return daemon(config());
  }

  /** A daemon that is ready. */
  public Daemon daemon(DaemonConfig config) {
    return launch(config).awaitReady();
  }

  /** A daemon that may never get ready. */
  public Daemon launch(DaemonConfig config) {
    Daemon daemon = new Daemon(this, config.write());
    parts.add(daemon);
    return daemon;
  }

  /** All that wiring has put into this node. */
  public Wiring wiring() {
    return Wiring.in(this);
  }

  @Override
  public void close() {
    parts.reversed().forEach(ComputeNode::closeQuietly);
    taps.forEach(tap -> attachment(tap).close());
    namespace.close();
    try {
      Files.walkFileTree(directory, new Removal());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bridge, made when it is first asked for. */
  String bridge() {
    if (!bridged) {
      bridged = true;
      // With a MAC of its own; otherwise it would have that of one port or another.
      namespace.ip(
          "link add %s address %s type bridge".formatted(BRIDGE, Run.mac()),
          "address add %s/24 dev %s".formatted(GATEWAY, BRIDGE),
          "link set %s up".formatted(BRIDGE));
    }
    return BRIDGE;
  }

  void add(Guest guest) {
    parts.add(guest);
    taps.add(guest.tap());
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
