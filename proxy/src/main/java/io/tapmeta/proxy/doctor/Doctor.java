package io.tapmeta.proxy.doctor;

import io.tapmeta.proxy.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Examines the attachments of a node. */
public final class Doctor {
  /** Programs of one wait for the kernel while those of another run. */
  private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

  private static final Path OWN_NAMESPACE = Path.of("/proc/thread-self/ns/net");

  private final Places places;
  private final Node node;
  private final DaemonView daemon;
  private final AttachmentFiles files;

  public Doctor(Configuration configuration, AdminPages pages) {
    this(Places.of(configuration), new Programs(), pages);
  }

  /** For tests. */
  Doctor(Places places, Tools tools, AdminPages pages) {
    this.places = places;
    node = new Node(tools);
    daemon = new DaemonView(pages);
    files = new AttachmentFiles(places.attachments());
  }

  /**
   * The way to the network namespace that the daemon is in, where that is another than this
   * process's: whoever looks from elsewhere sees none of its taps.
   */
  public Optional<Path> elsewhere() {
    try {
      Path process = Path.of("/proc", Long.toString(daemon.pid()));
      Path namespace = process.resolve("ns/net");
      // A daemon in a container counts its processes otherwise; that number is somebody else's
      // here.
      return Files.readString(process.resolve("cmdline")).contains("tapmeta")
              && !Files.readSymbolicLink(namespace).equals(Files.readSymbolicLink(OWN_NAMESPACE))
          ? Optional.of(namespace)
          : Optional.empty();
    } catch (IOException | Unseen _) {
      return Optional.empty();
    }
  }

  /** The attachment of that name. */
  public Diagnosis examine(String name) {
    AttachmentFiles.Read read = files.read(name);
    List<Finding> findings = new ArrayList<>(List.of(read.finding()));
    read.attachment()
        .ifPresent(attachment -> findings.addAll(new Walk(node, daemon, places, attachment).go()));
    return new Diagnosis(name, List.copyOf(findings));
  }

  /**
   * All attachments, broken ones first. Several are looked at at once, as most of the time goes into
   * starting programs in each namespace; what the node has in common is asked for once.
   *
   * @throws IOException where the directory of attachments cannot be read
   */
  public List<Diagnosis> examineAll() throws IOException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<CompletableFuture<Diagnosis>> examined =
          files.names().stream()
              .map(name -> CompletableFuture.supplyAsync(() -> examine(name), threads))
              .toList();
      return examined.stream().map(CompletableFuture::join).sorted(Diagnosis.WORST_FIRST).toList();
    }
  }
}
