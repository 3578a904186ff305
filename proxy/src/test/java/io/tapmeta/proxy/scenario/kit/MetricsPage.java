package io.tapmeta.proxy.scenario.kit;

import java.util.List;

/** The page of metrics as it was at one moment. */
public record MetricsPage(String text) {
  private static final String OURS = "tapmeta_";

  /** The value of one series, named with its labels as the page has them. */
  public double value(String series) {
    return text.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + ": not on the page"));
  }

  /** The sum over all series of a name that have a label with its value. */
  public double sum(String name, String label) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Our own series with their labels, in order. */
  public List<String> series() {
    return text.lines()
        .filter(line -> line.startsWith(OURS))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .sorted()
        .toList();
  }
}
