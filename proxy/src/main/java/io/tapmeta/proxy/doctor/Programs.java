package io.tapmeta.proxy.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Programs of this machine, each with a limit of time and of what it may print. */
final class Programs implements Tools {
  /** All of them answer within milliseconds, unless the kernel keeps them. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The rules of thousands of taps are a few tens of megabytes. */
  private static final int MOST = 256 << 20;

  private static final Map<String, String> PACKAGES =
      Map.of(
          "ip", "iproute2",
          "ss", "iproute2",
          "nft", "nftables",
          "iptables-save", "iptables",
          "ip6tables-save", "iptables",
          "nsenter", "util-linux");

  /** Root's may lack these when it comes from a plain user's. */
  private static final String PATH =
      System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";

  private static final Executor READERS = task -> Thread.ofVirtual().start(task);

  private final Duration patience;

  Programs() {
    this(PATIENCE);
  }

  /** For tests. */
  Programs(Duration patience) {
    this.patience = patience;
  }

  @Override
  public Said ask(List<String> words) throws Unseen {
    boolean inside = words.getFirst().equals("nsenter");
    String program = words.get(inside ? 2 : 0);
    if (inside) {
      find("nsenter");
    }
    find(program);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("PATH", PATH);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new Unseen(program + ": no answer within " + patience.toSeconds() + " s");
      }
      return new Said(program, process.exitValue(), out.join(), err.join());
    } catch (IOException | CompletionException e) {
      throw new Unseen(program + ": " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Unseen(program + ": interrupted");
    }
  }

  private static void find(String program) throws Unseen {
    for (String directory : PATH.split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return;
      }
    }
    throw new Unseen(
        "%s: not found (expected: in PATH, from the package %s)"
            .formatted(program, PACKAGES.getOrDefault(program, program)));
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readNBytes(MOST), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        READERS);
  }
}
