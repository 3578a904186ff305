package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program with its arguments, run to its end. */
public final class Command {
  private final List<String> words;
  private final ProcessBuilder builder;
  private String input = "";
  private Duration patience = Duration.ofMinutes(1);

  /** How a program ended, and what it said. */
  public record Result(List<String> words, int status, String out, String err) {
    /** What it printed, where it ended well. */
    public String orFail() {
      if (status != 0) {
        throw new IllegalStateException(
            "%s: status %d: %s%s".formatted(String.join(" ", words), status, err, out));
      }
      return out;
    }
  }

  private Command(List<String> words) {
    this.words = words;
    this.builder = new ProcessBuilder(words);
  }

  public static Command of(String... words) {
    return new Command(List.of(words));
  }

  /** Inside a network namespace. */
  static Command inside(String namespace, String... words) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
    all.addAll(List.of(words));
    return new Command(all);
  }

  public Command with(Map<String, String> environment) {
    builder.environment().putAll(environment);
    return this;
  }

  public Command input(String text) {
    input = text;
    return this;
  }

  public Command within(Duration time) {
    patience = time;
    return this;
  }

  /** Runs it, whatever comes of it. */
  public Result run() {
    try {
      Process process = builder.start();
      CompletableFuture<String> err = reading(process.getErrorStream());
      CompletableFuture<String> out = reading(process.getInputStream());
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(words + ": still running");
      }
      return new Result(words, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts it and leaves it running. */
  Process start(ProcessBuilder.Redirect output) throws IOException {
    return builder.redirectErrorStream(true).redirectOutput(output).start();
  }

  /** Each by a thread of its own: a program that says much on one must not wait for the other. */
  private static CompletableFuture<String> reading(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> text(stream), task -> Thread.ofPlatform().daemon().start(task));
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
