package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A compute node: a namespace that stands for the host's, with its bridge, its taps and its daemon. */
public final class ComputeNode implements AutoCloseable {
  /** Where guests have their gateway, on the bridge or on a routed tap. */
  public static final String GATEWAY = "10.0.0.1";

  public static final String BRIDGE = "br0";

  private static final Set<ComputeNode> open = ConcurrentHashMap.newKeySet();

  private final Namespace namespace = Namespace.make("node");
  private final Path directory;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<String> taps = new ArrayList<>();
  private Optional<Daemon> daemon = Optional.empty();
  private boolean bridged;

  static {
    // A run that is broken off leaves nothing either.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> open.forEach(ComputeNode::close)));
  }

  private ComputeNode() {
    open.add(this);
    try {
      directory = Files.createTempDirectory("tapmeta-" + Run.ID + "-");
      // A daemon that is nobody in particular has to find its way, too.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
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
  public GuestBuilder guest() {
    return new GuestBuilder(this);
  }

  /** A guest with all that it takes: plugged in, with a record, attached, and served where a daemon runs. */
  public Guest vm(String hostname) {
    Guest vm = guest().start();
    vm.record().hostname(hostname).write();
    vm.attach();
    daemon.filter(Daemon::isRunning).ifPresent(running -> running.awaitListening(vm));
    return vm;
  }

  /** A tap with nobody behind it. */
  public String emptyTap() {
    return emptyTaps(1).getFirst();
  }

  public List<String> emptyTaps(int count) {
    List<String> made = Stream.generate(Run::tapName).limit(count).toList();
    taps.addAll(made);
    namespace.ip(
        made.stream()
            .flatMap(
                tap ->
                    Stream.of("tuntap add dev %s mode tap", "link set %s up")
                        .map(line -> line.formatted(tap)))
            .toArray(String[]::new));
    return made;
  }

  /** A VM behind each of so many routed taps; nobody has told tapmeta of them yet. */
  public Crowd crowd(int count) {
    List<String> behind = Stream.generate(Run::tapName).limit(count).toList();
    Crowd crowd = new Crowd(this, behind);
    parts.add(crowd);
    taps.addAll(behind);
    return crowd;
  }

  /** A record for a port that is nobody's, not written yet. */
  public RecordFile strangersRecord() {
    return new RecordFile(records(), Run.tapName(), Run.mac());
  }

  /** A line for each attachment, {@code TAP [option]...}, all in one run of the script. */
  public void attachAll(List<String> lines) {
    script("tapmeta-attach", "--batch")
        .input(String.join("\n", lines) + "\n")
        .within(Duration.ofMinutes(5))
        .run()
        .orFail();
  }

  public void detachAll(List<String> taps) {
    script("tapmeta-detach", "--batch")
        .input(String.join("\n", taps) + "\n")
        .within(Duration.ofMinutes(5))
        .run()
        .orFail();
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

  /** Attachments, or what is to be detached, a line each. */
  public Command batch(String name, String... lines) {
    return script(name, "--batch", "-").input(String.join("\n", lines) + "\n");
  }

  /** A namespace that the SDN of this node has made. */
  public Namespace sdnNamespace() {
    return sdnNamespace(Run.namespaceName("sdn"));
  }

  /**
   * As the other.
   *
   * @param name with {@link Run#ID} in it, so that no other run has it too
   */
  public Namespace sdnNamespace(String name) {
    Namespace made = Namespace.makeNamed(name);
    parts.add(made);
    return made;
  }

  /**
   * The SDN's proxy in a namespace of its own, listening.
   *
   * @param binds where, each as haproxy's configuration has it
   */
  public Haproxy haproxy(Namespace sdn, String... binds) {
    Haproxy.unpack();
    Haproxy haproxy = new Haproxy(sdn, directory, List.of(binds));
    parts.add(haproxy);
    return haproxy;
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

  /** A daemon that takes the place of the one before it, ready. */
  public Daemon successor(DaemonConfig config) {
    return launch(config, "--replace").awaitReady();
  }

  /** A daemon that may never get ready. */
  public Daemon launch(DaemonConfig config, String... options) {
    return launched(new Daemon(this, config.write(), List.of(), options));
  }

  /** As the other, started by a program that takes rights away from it. */
  public Daemon confined(DaemonConfig config, String... confinement) {
    return launched(new Daemon(this, config.write(), List.of(confinement)));
  }

  private Daemon launched(Daemon launched) {
    parts.add(launched);
    daemon = Optional.of(launched);
    return launched;
  }

  /** A real Nova for this node's loopback, which knows an instance like each of these records. */
  public Nova nova(List<Path> records) {
    Nova nova = new Nova(this, records);
    parts.add(nova);
    return nova;
  }

  /** All that wiring has put into this node. */
  public Wiring wiring() {
    return Wiring.in(this);
  }

  /** Takes everything down, what is left too where something fails to go. */
  @Override
  public void close() {
    open.remove(this);
    List<AutoCloseable> all = new ArrayList<>();
    all.add(() -> Command.of("rm", "-rf", directory.toString()).run().orFail());
    all.add(namespace);
    taps.forEach(tap -> all.add(attachment(tap)));
    all.addAll(parts);
    IllegalStateException failure = new IllegalStateException("not everything went");
    for (AutoCloseable part : all.reversed()) {
      try {
        part.close();
      } catch (Exception | AssertionError e) {
        failure.addSuppressed(e);
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  /** The bridge, made when it is first asked for. */
  public String bridge() {
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
}
