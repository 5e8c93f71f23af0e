// Draws the charts of the dashboard from the figures behind its tables. Without it the tables stand open.
(async () => {
  const board = document.querySelector("[data-figures]");
  if (!board || !window.Chart) return;
  const answer = await fetch(board.dataset.figures, { credentials: "same-origin" });
  if (!answer.ok) return;
  const figures = await answer.json();
  const style = getComputedStyle(document.body);
  const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const palette = [colour("--brand", "#0b6873"), colour("--warn", "#b4600a"), colour("--bad", "#b3261e")];
  Chart.defaults.color = colour("--ink-soft", "#4a5b5e");
  Chart.defaults.borderColor = colour("--line", "#d5dfe0");
  Chart.defaults.font.family = style.fontFamily;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) Chart.defaults.animation = false;

  // Numbers are claims, quotes and yuan: no picture needs parts of them.
  const axis = (kind) => ({ stacked: kind === "stacked", beginAtZero: true, ticks: { precision: 0 } });

  for (const canvas of board.querySelectorAll("[data-chart]")) {
    const { kind, labels, series } = figures[canvas.dataset.chart];
    const across = kind !== "bar";
    canvas.hidden = false;
    canvas.parentElement.classList.add("drawn");
    new Chart(canvas, {
      type: "bar",
      data: {
        labels,
        datasets: series.map(({ name, values }, number) => ({
          label: name, data: values, backgroundColor: palette[number % palette.length], maxBarThickness: 28,
        })),
      },
      options: {
        indexAxis: across ? "y" : "x",
        maintainAspectRatio: false,
        plugins: { legend: { display: series.length > 1 } },
        scales: { x: axis(kind), y: axis(kind) },
      },
    });
  }
})();
