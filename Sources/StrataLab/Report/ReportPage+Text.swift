extension ReportPage {
    var guide: String {
        HTML.list([
            "Each cell is one configuration. Every round measures every cell once, in a shuffled order; n counts rounds. Numbers "
                + "are medians over rounds.",
            "Intervals are 95 % confidence intervals of the median: \(MedianBootstrap.resamples) bootstrap resamples with a "
                + "fixed seed, expanded percentile method. Fewer than \(MedianBootstrap.smallestSample) rounds have none.",
            "A ratio compares a cell with the baseline in the same round; the median of these ratios is given, with its "
                + "interval. What disturbs a whole round cancels out.",
            "faster and slower (for quantities that are no speeds: higher and lower) mean that the interval of the ratio "
                + "excludes 1. indistinguishable means that this run cannot tell, not that the two are equal. undecided means "
                + "too few rounds.",
            "Latency percentiles of one round come from its histogram; plots of percentiles merge the histograms of all rounds. "
                + "In open loop, latency counts from the moment when a request was due, service from when it was sent.",
            "Every measurement is a row of results.csv, disturbed and failed ones too; nothing was left out.",
        ])
    }

    static let style = """
        :root{color-scheme:light}
        body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;color:#1c1c1c;background:#fff;\
        max-width:1080px;margin:2rem auto;padding:0 1.2rem}
        h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid #ddd}
        .question{font-size:1.1rem;margin:.2rem 0 .6rem}.meta{color:#666;font-size:.85rem}
        .trust{border-left:4px solid #009e73;background:#f4faf8;padding:.6rem 1rem .6rem 2rem;margin:1rem 0}
        .trust.failed{border-color:#d55e00;background:#fdf3ec}.alarm{color:#a33f00;font-weight:600}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;margin:.4rem 0}
        th,td{padding:.28rem .7rem;text-align:left;border-bottom:1px solid #eee;vertical-align:top}
        th{border-bottom:2px solid #bbb;font-weight:600}td.number,th.number{text-align:right;\
        font-variant-numeric:tabular-nums;white-space:nowrap}
        td small{display:block;color:#777;font-size:.78rem}td{overflow-wrap:anywhere}
        .verdict{padding:.05rem .45rem;border-radius:.6rem;background:#eee;white-space:nowrap}
        .verdict.faster{background:#d4efe5}.verdict.slower{background:#fbe0cf}
        .small table{font-size:.76rem}.small th,.small td{padding:.15rem .4rem;overflow-wrap:normal}
        figure{margin:1.2rem 0}figure svg{max-width:100%;height:auto}figcaption{color:#666;font-size:.82rem}
        ul{padding-left:1.2rem}li{margin:.15rem 0}
        @media print{body{margin:0;max-width:none;font-size:11px}section,figure,tr{break-inside:avoid}\
        .wide{overflow:visible}h2{break-after:avoid}section:has(.small){break-inside:auto}.small table{font-size:7px}}
        """
}
