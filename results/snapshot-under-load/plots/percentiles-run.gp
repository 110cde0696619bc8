# Run in this directory: gnuplot percentiles-run.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'percentiles-run.svg'
set datafile separator comma
set title 'Latency by percentile' font ',16' noenhanced
set label 1 'plots/percentiles-run.csv   |   run snapshot-under-load-20261123T003512Z   |   12 histograms, merged per cell' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key at screen 0.89,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.88
set logscale y 10
set yrange [56.159375:13723.2368]
set ytics ('100' 100, '200' 200, '500' 500, '1k' 1000, '2k' 2000, '5k' 5000, '10k' 10000)
set ylabel 'latency (us)' noenhanced
set logscale x 10
set xrange [2:5945.174843]
set xtics ('50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1000)
set xlabel 'percentile' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'percentiles-run.csv' skip 1 using 4:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 2 title 'none' noenhanced, \
     'percentiles-run.csv' skip 1 using 4:($1==1?$5:NaN) with lines linecolor rgb '#E69F00' linewidth 2 title 'snapshot' noenhanced
